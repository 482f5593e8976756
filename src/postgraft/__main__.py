"""``python -m postgraft`` is the command ``postgraft``."""

from postgraft.cli import main

if __name__ == "__main__":
    main()
