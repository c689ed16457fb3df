"""Layer 4, power cuts: PostgreSQL and the photos on a disk that forgets what was not fsynced."""
