"""Layer 5: the machine is lost. Backup and restore by the product's commands; phones outlive."""
