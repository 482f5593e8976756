"""The what-if explorer of JupyterLab."""
