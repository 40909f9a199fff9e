CREATE TABLE mdl_user (
    id BIGINT NOT NULL PRIMARY KEY, auth VARCHAR(20) DEFAULT 'manual' NOT NULL,
    confirmed SMALLINT DEFAULT 0 NOT NULL, deleted SMALLINT DEFAULT 0 NOT NULL,
    suspended SMALLINT DEFAULT 0 NOT NULL, username VARCHAR(100) DEFAULT '' NOT NULL,
    firstname VARCHAR(100) DEFAULT '' NOT NULL, lastname VARCHAR(100) DEFAULT '' NOT NULL,
    email VARCHAR(100) DEFAULT '' NOT NULL, institution VARCHAR(255) DEFAULT '' NOT NULL,
    department VARCHAR(255) DEFAULT '' NOT NULL, lang VARCHAR(30) DEFAULT 'en' NOT NULL,
    timezone VARCHAR(100) DEFAULT '99' NOT NULL, timecreated BIGINT DEFAULT 0 NOT NULL
);
CREATE TABLE mdl_course (
    id BIGINT NOT NULL PRIMARY KEY, category BIGINT DEFAULT 0 NOT NULL,
    fullname VARCHAR(1333) DEFAULT '' NOT NULL, shortname VARCHAR(255) DEFAULT '' NOT NULL
);
CREATE TABLE mdl_forum (
    id BIGINT NOT NULL PRIMARY KEY, course BIGINT DEFAULT 0 NOT NULL,
    type VARCHAR(20) DEFAULT 'general' NOT NULL, name VARCHAR(255) DEFAULT '' NOT NULL
);
CREATE TABLE mdl_forum_discussions (
    id BIGINT NOT NULL PRIMARY KEY, course BIGINT DEFAULT 0 NOT NULL,
    forum BIGINT DEFAULT 0 NOT NULL, name VARCHAR(255) DEFAULT '' NOT NULL,
    firstpost BIGINT DEFAULT 0 NOT NULL, userid BIGINT DEFAULT 0 NOT NULL,
    groupid BIGINT DEFAULT -1 NOT NULL
);
CREATE TABLE mdl_forum_posts (
    id BIGINT NOT NULL PRIMARY KEY, discussion BIGINT DEFAULT 0 NOT NULL,
    parent BIGINT DEFAULT 0 NOT NULL, userid BIGINT DEFAULT 0 NOT NULL,
    created BIGINT DEFAULT 0 NOT NULL, modified BIGINT DEFAULT 0 NOT NULL,
    subject VARCHAR(255) DEFAULT '' NOT NULL, message TEXT NOT NULL,
    deleted SMALLINT DEFAULT 0 NOT NULL, privatereplyto BIGINT DEFAULT 0 NOT NULL
);
CREATE TABLE mdl_rating (
    id BIGINT NOT NULL PRIMARY KEY, contextid BIGINT NOT NULL,
    component VARCHAR(100) DEFAULT '' NOT NULL, ratingarea VARCHAR(50) DEFAULT '' NOT NULL,
    itemid BIGINT NOT NULL, scaleid BIGINT NOT NULL, rating BIGINT NOT NULL,
    userid BIGINT NOT NULL, timecreated BIGINT NOT NULL, timemodified BIGINT NOT NULL
);
CREATE TABLE mdl_message_contacts (
    id BIGINT NOT NULL PRIMARY KEY, userid BIGINT NOT NULL, contactid BIGINT NOT NULL,
    timecreated BIGINT
);
CREATE TABLE mdl_message_users_blocked (
    id BIGINT NOT NULL PRIMARY KEY, userid BIGINT NOT NULL, blockeduserid BIGINT NOT NULL,
    timecreated BIGINT
);
INSERT INTO mdl_user
    (id, confirmed, deleted, suspended, username, firstname, lastname, email, institution, lang, timezone, timecreated)
VALUES
    (1, 1, 0, 0, 'guest', 'Guest user', ' ', 'root@localhost', '', 'en', '99', 0),
    (2, 1, 0, 0, 'ada', 'Ada', 'Łukasiewicz 🦉', 'ada@example.org', 'Open University', 'de', 'Europe/Berlin', 1704067200),
    (3, 1, 0, 0, 'bea', 'Bea', '', 'bea@example.org', '', 'pt_br', '99', 1704153600),
    (4, 1, 0, 1, 'cyd', 'cyd@example.org', '', 'cyd@example.org', '', 'en', '99', 0),
    (5, 1, 1, 0, 'dan@example.org.1719000000', 'Dan', 'Deleted', 'd41d8cd98f00b204', '', 'en', '99', 1704153600),
    (6, 1, 0, 0, 'eve', 'Eve', 'Robert''); DROP TABLE mdl_user; --', 'eve@example.org', '', 'en', '99', 1704153600);
INSERT INTO mdl_course (id, fullname, shortname) VALUES
    (1, 'Our Moodle', 'site'),
    (2, 'Statistics for educators', 'stat');
INSERT INTO mdl_forum (id, course, type, name) VALUES
    (1, 1, 'news', 'Site announcements'),
    (2, 2, 'general', 'Questions & answers');
INSERT INTO mdl_forum_discussions (id, course, forum, name, firstpost, userid) VALUES
    (10, 2, 2, 'What is a p-value?', 100, 2),
    (11, 2, 2, 'Only between us', 110, 5);
INSERT INTO mdl_forum_posts
    (id, discussion, parent, userid, created, modified, subject, message, deleted, privatereplyto)
VALUES
    (100, 10, 0, 2, 1717200000, 1717200000, 'What is a p-value?', 'x', 0, 0),
    (101, 10, 100, 3, 1717203600, 1717290000, 'Re: What is a p-value?', 'edited a day later', 0, 0),
    (102, 10, 101, 2, 1717207200, 1717207200, 'Re: What is a p-value?', 'x', 0, 0),
    (103, 10, 102, 2, 1717210800, 1717210800, 'Re: What is a p-value?', 'to herself', 0, 0),
    (104, 10, 100, 6, 1717214400, 1717214400, 'Re: What is a p-value?', '', 1, 0),
    (105, 10, 104, 6, 1717218000, 1717218000, 'Re: What is a p-value?', 'to a deleted post', 0, 0),
    (106, 10, 101, 6, 1717221600, 1717221600, 'Re: What is a p-value?', 'in private', 0, 3),
    (107, 10, 100, 5, 1717225200, 1717225200, 'Re: What is a p-value?', 'by a deleted user', 0, 0),
    (108, 10, 107, 3, 1717228800, 1717228800, 'Re: What is a p-value?', 'to a deleted user', 0, 0),
    (109, 10, 100, 4, 99999999999999, 1717228800, 'Re: What is a p-value?', 'no calendar has that', 0, 0),
    (110, 11, 0, 5, 1717225200, 1717225200, 'Only between us', 'x', 0, 0);
INSERT INTO mdl_rating
    (id, contextid, component, ratingarea, itemid, scaleid, rating, userid, timecreated, timemodified)
VALUES
    (1, 50, 'mod_forum', 'post', 101, 100, 80, 2, 1717250400, 1717250400),
    (2, 50, 'mod_forum', 'post', 100, 100, 90, 5, 1717250400, 1717250400),
    (3, 50, 'mod_glossary', 'entry', 101, 100, 90, 6, 1717250400, 1717250400);
INSERT INTO mdl_message_contacts (id, userid, contactid, timecreated) VALUES
    (1, 2, 3, 1717000000),
    (2, 2, 5, 1717000000),
    (3, 3, 6, NULL);
INSERT INTO mdl_message_users_blocked (id, userid, blockeduserid, timecreated) VALUES
    (1, 3, 4, 1717000000);
