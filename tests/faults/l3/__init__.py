"""L3: the pages in a real Chromium against the served product; browsers are killed, filled, fooled.

Each schedule has phones of its own people in one small county; the receipts that a phone holds are
its word of what was acknowledged, what stood on its screen is its word of what it has saved.
"""
