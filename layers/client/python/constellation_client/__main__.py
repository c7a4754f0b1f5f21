"""``python -m constellation_client`` is the command line."""

from constellation_client.cli.main import main

if __name__ == "__main__":
    main()
