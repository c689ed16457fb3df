"""The demo county. Nothing is loaded here: who draws its photos needs none of the rest."""
