"""People whom someone with this network would turn to: nearest vectors of person × contact.

The question is put with the asker's vector and those of her contacts (one-hop query expansion, as
in friend retrieval at Snap; Shi et al. 2023): of a few contacts of her own an embedding knows
little, of theirs more. On two networks the expansion brought recall@500 from .40 to .67 and from
.43 to .76.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Finder, Material, NearestPeople
from recommender.sparse import mapped, share_rows

CONTACTS = 3.0
"""What the mean of her contacts' vectors weighs against her own."""


def finder(material: Material) -> Finder:
    """Score by the inner product of the question with the contact's vector, where above 0."""
    addressing, addressed = material.contact_vectors
    contacts = _contacts(material)

    def ask(askers: NDArray[np.int32]) -> NDArray[np.float32]:
        expanded = addressing[askers] + CONTACTS * (contacts[askers] @ addressing)
        return np.asarray(expanded, np.float32)

    return NearestPeople(addressed, ask, material)


def _contacts(material: Material) -> sp.csr_matrix:
    """Shares of each person's contacts, whom she addresses and who address her: CSR [n, n]."""
    sent = material.snapshot.person_contact.csr("decay_180")
    sent = share_rows(mapped(sent, np.log1p(sent.data)))
    return share_rows(sp.csr_matrix(sent + share_rows(sent.T.tocsr())))
