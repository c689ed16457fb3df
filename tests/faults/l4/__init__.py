"""Layer 4: the real processes and a PostgreSQL with full durability, killed again and again."""
