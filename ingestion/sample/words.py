"""Word lists the sample community is made of. Every person, place and institution is invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """Where people live: what they are called, what they speak, and when they are awake."""

    timezone: str
    utc_offset_hours: float
    languages: tuple[str, ...]
    places: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]


def _region(zone: str, languages: str, places: str, first: str, last: str) -> Region:
    timezone, offset = zone.split()
    words = (tuple(text.split()) for text in (languages, places, first, last))
    return Region(timezone, float(offset), *words)


REGIONS = (
    _region(
        "Europe/Lisbon 0", "pt en", "Vilarinha Montesol Ribalta Aldemar",
        "Inês Tomás Beatriz Duarte Leonor Rui Marta Vasco Clara Nuno Teresa Gil Rita Hugo Joana "
        "Afonso Lídia Simão Alice Bento",
        "Ferreira Carvalho Antunes Pires Moura Lopes Tavares Nogueira Brito Salgado Figueira Prado "
        "Barros Teles Vidal Queirós Serra Falcão Amaral Rocha",
    ),
    _region(
        "Europe/London 0", "en", "Northmere Ashbourne Kilcarron Eastwick",
        "Imogen Callum Freya Rhys Niamh Alistair Bethan Ewan Harriet Owen Maeve Gareth Poppy Rory "
        "Saoirse Angus Cerys Declan Isla Fergus",
        "Whitlock Pemberton Gallagher Llewellyn Drummond Hargreaves Brannigan Thornton Kerr "
        "Maddox Ainsley Corrigan Beddoes Fairfax Nolan Strachan Tierney Rowan Lockhart Penrose",
    ),
    _region(
        "Europe/Amsterdam 1", "nl de en", "Waterhoven Lindenau Oosterwoud Steinbrück",
        "Sanne Joris Lotte Matthias Femke Stefan Maaike Bram Annika Jeroen Greta Pieter Hanna "
        "Lukas Elske Tobias Roos Konrad Mieke Ruben",
        "Vermeulen Brandt Hoekstra Lindner Dijkstra Krüger Postma Winkler Scholten Albrecht "
        "Bosman Reuter Verhoeven Seidel Kuipers Ziegler Terpstra Engel Wouters Falk",
    ),
    _region(
        "Europe/Stockholm 1", "sv no da en", "Björkvik Fjordholm Sundhagen Norrlunda",
        "Astrid Henrik Linnea Magnus Sigrid Anders Ingrid Emil Tuva Lars Maja Nils Freja Oskar "
        "Ebba Jonas Solveig Mikkel Elin Torsten",
        "Lindqvist Haugen Sørensen Bergström Nyberg Dahl Kjær Eklund Solberg Holm Sandvik "
        "Winther Forsberg Moen Ahlgren Lund Vestergaard Åberg Strand Friis",
    ),
    _region(
        "Europe/Warsaw 1", "pl en", "Zielonów Kamiennica Brzozowiec Lipowiec",
        "Agnieszka Marek Katarzyna Piotr Zofia Tomasz Magdalena Wojciech Ewa Jakub Hanna Paweł "
        "Iwona Szymon Dorota Filip Renata Kamil Alicja Bartek",
        "Stępień Pająk Gajda Mazur Krawczyk Dudek Sikora Baran Wilk Lis Kozak "
        "Wrona Sobczak Adamczyk Malec Urban Sowa Rogala Pawlak Kania",
    ),
    _region(
        "Europe/Istanbul 3", "tr ar en", "Mavikent Gülova Qasr-Salam Yenidere",
        "Elif Emre Zeynep Karim Leyla Omar Defne Hakan Nour Yusuf Selin Tarek Ayşe Deniz Rania "
        "Samir Melis Kerem Hala Burak",
        "Yıldız Haddad Kaya Mansour Demirci Khalil Aksoy Nasser Özkan Saleh Şahin Farah Polat "
        "Rahman Tekin Aziz Korkmaz Younes Erdem Sabri",
    ),
    _region(
        "Africa/Lagos 1", "en fr", "Odemure Kumasaro Bandele Akwadu",
        "Amara Chidi Ngozi Kwame Folake Tunde Adaeze Kofi Yetunde Emeka Abena Segun Ifeoma Yaw "
        "Aminata Femi Efua Obinna Zainab Kojo",
        "Okafor Mensah Adeyemi Boateng Nwosu Owusu Balogun Diallo Eze Asante Okonkwo Danjuma "
        "Ogunleye Appiah Sesay Bello Obi Traoré Quaye Lawal",
    ),
    _region(
        "Africa/Nairobi 3", "sw en", "Kilimoni Mtoriro Nyandara Baharini",
        "Wanjiru Juma Achieng Baraka Makena Otieno Neema Kamau Zawadi Mwangi Amina Kiptoo Njeri "
        "Tumaini Halima Barasa Rehema Ochieng Subira Daudi",
        "Kariuki Mutua Odhiambo Njoroge Hassan Wekesa Cheruiyot Kimani Mbeki Onyango Gitau "
        "Rotich Muthoni Abdi Simiyu Ndung'u Chebet Waweru Kilonzo Maina",
    ),
    _region(
        "Asia/Kolkata 5.5", "hi en ta", "Chandipur Neelgarh Vasantpet Sundarvan",
        "Priya Arjun Meera Rohan Ananya Vikram Kavya Sanjay Lakshmi Aditya Divya Karthik Nandini "
        "Imran Shreya Varun Fatima Harish Pooja Suresh",
        "Raghavan Banerjee Iyer Kulkarni Menon Chatterjee Qureshi Deshpande Nair Bhatt Siddiqui "
        "Rao Joshi Pillai Sengupta Malhotra Reddy Thakur Bose Naidu",
    ),
    _region(
        "Asia/Tokyo 9", "ja ko en", "Aokawa Hanseong Minatomori Byeolsan",
        "Haruka Minjun Yuki Jiwoo Sakura Hyun Aoi Takumi Seoyeon Kenji Naomi Dohyun Emi Ren Hana "
        "Sora Jisoo Daichi Mika Taeyang",
        "Tanabe Yoon Kuroda Seo Hayashi Kwon Morimoto Bae Nishida Hwang Ogawa Shin Fujita Noh "
        "Arai Ryu Matsuda Jang Ueno Moon",
    ),
    _region(
        "America/Bogota -5", "es en", "Valbueno Costazul Sierralta Nuevomar",
        "Valentina Mateo Camila Andrés Lucía Sebastián Ximena Joaquín Paloma Emilio Renata Iván "
        "Daniela Ramiro Marisol Esteban Jimena Nicolás Catalina Óscar",
        "Restrepo Villanueva Ospina Salazar Quiroga Montoya Herrera Cárdenas Zamora Echeverri "
        "Ibarra Luna Pacheco Gallardo Rincón Velasco Arango Fuentes Mejía Cisneros",
    ),
    _region(
        "America/Toronto -5", "en fr", "Maplehurst Lac-Boisé Cedar-Falls Stonebridge",
        "Madeline Étienne Grace Julien Hazel Tyler Amélie Marcus Sophie Wesley Naomi Gabriel "
        "Claire Jordan Océane Miles Vivian Lucas Ruth Theo",
        "Tremblay Prescott Bouchard Whitfield Gagnon Langley Desrosiers Holloway Pelletier Monroe "
        "Beaulieu Carver Fontaine Ellery Marchand Sutton Lavoie Bishop Cloutier Hale",
    ),
)  # fmt: skip

AREAS: dict[str, tuple[str, ...]] = {
    "Teaching with data": (
        "Learning analytics dashboards", "Assessment design", "Formative feedback",
        "Early-warning indicators", "Survey methods", "Data literacy for teachers",
        "Ethics of student data",
    ),
    "Clinical education": (
        "Nursing simulation", "Interprofessional debriefing", "Clinical reasoning",
        "Standardised patients", "Midwifery skills labs", "Medication safety training",
        "Supervision of placements",
    ),
    "Open science": (
        "Open data management", "Preregistration", "Reproducible workflows", "Open peer review",
        "Citizen science projects", "Research software", "Open educational resources",
    ),
    "Accessibility": (
        "Inclusive course design", "Captioning and transcripts", "Screen reader testing",
        "Neurodiversity in class", "Plain language", "Assistive technology",
        "Accessible mathematics",
    ),
    "Language teaching": (
        "Task-based language teaching", "Tandem exchange", "Pronunciation coaching",
        "Bilingual classrooms", "Heritage languages", "Corpus tools for learners",
        "Academic writing support",
    ),
    "School leadership": (
        "Instructional coaching", "Professional learning communities", "Timetabling",
        "Parent partnerships", "Teacher induction", "Rural schools", "School self-evaluation",
    ),
    "Libraries and archives": (
        "Information literacy", "Digital preservation", "Community archives", "Metadata standards",
        "Makerspaces", "Reading promotion", "Library instruction online",
    ),
    "Learning technology": (
        "Video-based learning", "Online discussion design", "Virtual reality labs",
        "Generative AI in courses", "Learning platforms", "E-portfolios", "Game-based learning",
    ),
    "Engineering education": (
        "Project-based learning", "Remote laboratories", "Introductory programming",
        "Capstone projects", "Computing for girls", "Robotics clubs", "Concept inventories",
    ),
    "Workplace learning": (
        "Mentoring schemes", "Communities of practice", "Recognition of prior learning",
        "Microcredentials", "Onboarding", "Reflective practice", "Apprenticeships",
    ),
}  # fmt: skip
"""Ten areas, each with the topics below it."""

FACETS = (
    "in practice", "for beginners", "in rural settings", "research", "tools", "policy", "at scale",
    "case studies", "with few resources", "evaluation",
)  # fmt: skip
"""What a topic divides into once a community is large."""

SECTORS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "higher education": (
        ("{} University", "{} Institute of Technology", "University of {}"),
        ("Lecturer", "Professor", "Learning designer", "Doctoral researcher", "Programme lead"),
    ),
    "health care": (
        ("{} Teaching Hospital", "{} School of Nursing", "{} Health Trust"),
        ("Nurse educator", "Clinical tutor", "Simulation technician", "Midwife", "Physician"),
    ),
    "schools": (
        ("{} Academy", "{} Secondary School", "{} Schools Network"),
        ("Teacher", "Head of department", "Instructional coach", "Head teacher", "Counsellor"),
    ),
    "libraries": (
        ("{} Public Library", "{} Archives", "{} Library Consortium"),
        ("Librarian", "Archivist", "Metadata specialist", "Outreach officer", "Data steward"),
    ),
    "industry": (
        ("{} Learning Studio", "{} Engineering", "{} Software Cooperative"),
        ("Engineer", "Learning consultant", "Product manager", "Trainer", "UX researcher"),
    ),
    "public and non-profit": (
        ("{} Foundation", "{} Adult Learning Centre", "{} Education Council"),
        ("Project officer", "Policy adviser", "Facilitator", "Evaluator", "Community organiser"),
    ),
}
"""Sectors: what their organisations are called, and what people there do."""

AREA_SECTORS = (0, 1, 0, 5, 2, 2, 3, 4, 0, 4)
"""The sector, by its place in `SECTORS`, where most people of each area work."""

TITLES = (
    "How do you start with {}?", "{}: what worked for us", "Course: {}", "Reading group on {}",
    "{} in my setting: advice wanted", "Webinar: {} today", "Notes from our pilot on {}",
    "Tools for {}", "{}: first results", "Workshop: {}", "Who else works on {}?",
    "{} with large groups", "Lessons from a year of {}", "Draft for comment: {}",
    "{}: mistakes to avoid", "Meet-up: {}",
)  # fmt: skip
"""Titles of threads, courses and events; the gap takes a topic's label."""
