"""What several unit tests use."""

import pytest

from postgraft import cli


@pytest.fixture
def run(capsys):
    """Run the command in this process: status, stdout, stderr."""

    def command(*arguments):
        with pytest.raises(SystemExit) as end:
            cli.main([str(argument) for argument in arguments])
        return end.value.code, *capsys.readouterr()

    return command
