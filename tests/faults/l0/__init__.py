"""Layer 0: the real API against a small model of the workflow, by random walks and races."""
