"""The promise under faults: nothing lost, nothing doubled, everything drains.

    make faults                          every layer, in the size of a commit
    make faults-long SEED=7 [N=20]       N times that size (10 if not said), from another seed
        [MINUTES=60] [ANEW=1]            at most so long; L1 goes on where the same program and
                                         seed have stopped, until it has N; ANEW=1 begins anew
    make proof                           docs/proof.md from what these have measured

Every layer sends through faults what a phone would send, writes down what was acknowledged
(acks.py), lets everything heal, has the invariants checked (invariants/) and leaves one result
(results.py) in var/faults. A layer in another language writes the same two kinds of file.
"""
