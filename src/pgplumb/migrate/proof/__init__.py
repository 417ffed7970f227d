"""The proof of a way back: up, down and up again in a copy of the twin, and what is lost on the way."""

from pgplumb.migrate.proof.answer import Proof, ProofVerdict
from pgplumb.migrate.proof.prove import prove, prove_text

__all__ = ["Proof", "ProofVerdict", "prove", "prove_text"]
