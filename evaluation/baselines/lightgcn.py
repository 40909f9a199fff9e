"""LightGCN: vectors averaged along ties, learnt to rank contacts above others (He et al. 2020).

Embeddings E⁰ are spread over ties, Eˡ⁺¹ = D^-½ A D^-½ Eˡ, every tie counting alike; a person's
vector is the mean of all layers. The loss is that of Bayesian personalised ranking (Rendle et al.
2009), with one other person drawn for each contact. Learnt on the CPU, with PyTorch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from evaluation.baselines.base import Scorer
from evaluation.baselines.scores import products
from evaluation.known import Known
from evaluation.left_out import MissingExtraError

SIZE, LAYERS = 64, 2
"""Numbers per vector, and how many ties away its people reach."""

EPOCHS, LEARNING_RATE = 100, 0.01
"""Steps of Adam, each over all ties, and their length."""

DECAY = 0.1
"""Weight of the mean squared length of E⁰ in the loss."""


def scorer(known: Known) -> Scorer:
    """Products of people's vectors; zeros for and of people without ties.

    Raises MissingExtraError where PyTorch is not installed.
    """
    try:
        import torch  # noqa: PLC0415 - an extra that nothing else needs
    except ModuleNotFoundError as error:
        raise MissingExtraError("needs PyTorch: pip install 'pln-recommender[graph]'") from error
    if known.tied.nnz == 0:
        return products(known, *np.zeros((2, known.people, 1), np.float32))
    # On small matrices threads wait for one another, and most of all on a machine that is busy.
    with threadpool_limits(1):
        vectors = _learn(torch, known.tied, known.seed)
    return products(known, vectors, vectors)


def _learn(torch: Any, ties: sp.csr_matrix, seed: int) -> NDArray[np.float32]:
    """Vectors of everyone, float32 [n, SIZE]; of people without ties zeros."""
    chance = torch.Generator().manual_seed(seed)
    persons, contacts = (torch.from_numpy(rows.astype(np.int64)) for rows in ties.nonzero())
    spread = _spread(torch, ties)
    start = (0.1 * torch.randn(ties.shape[0], SIZE, generator=chance)).requires_grad_()
    optimiser = torch.optim.Adam([start], lr=LEARNING_RATE)
    for _ in range(EPOCHS):
        others = torch.randint(len(start), persons.shape, generator=chance)
        loss = _loss(torch, start, spread, (persons, contacts, others))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    known = torch.from_numpy((np.diff(ties.indptr) > 0).astype(np.float32))
    return np.asarray((_vectors(torch, start, spread) * known[:, None]).detach().numpy())


def _spread(torch: Any, ties: sp.csr_matrix) -> Any:
    """D^-½ A D^-½ as a sparse tensor, A being 1 for every tie and D the number of ties."""
    persons, contacts = ties.nonzero()
    degree = np.maximum(np.diff(ties.indptr), 1)
    values = 1 / np.sqrt(degree[persons] * degree[contacts])
    places = torch.from_numpy(np.stack([persons, contacts]).astype(np.int64))
    return torch.sparse_coo_tensor(
        places, torch.from_numpy(values.astype(np.float32)), ties.shape, check_invariants=True
    ).coalesce()


def _vectors(torch: Any, start: Any, spread: Any) -> Any:
    """The mean of all layers: [n, SIZE]."""
    layers = [start]
    for _ in range(LAYERS):
        layers.append(torch.sparse.mm(spread, layers[-1]))
    return torch.stack(layers).mean(dim=0)


def _loss(torch: Any, start: Any, spread: Any, drawn: tuple[Any, Any, Any]) -> Any:
    """-ln σ(person · contact - person · other), and a price on long E⁰."""
    # `embedding` and not an index: its gradient is the same in every run.
    vectors = _vectors(torch, start, spread)
    person, contact, other = (torch.nn.functional.embedding(rows, vectors) for rows in drawn)
    ahead = (person * (contact - other)).sum(dim=1)
    length = start.square().sum(dim=1).mean()
    return -torch.nn.functional.logsigmoid(ahead).mean() + DECAY * length
