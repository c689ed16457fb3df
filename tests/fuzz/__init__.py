"""Calls of every operation of the contract: on what they are tried, by whom, with what."""
