"""Command definitions of ``asyncsdk help`` and ``asyncsdk completion``."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from asyncsdk.cli.exit_codes import EXIT_CODES, Exit, Failure
from asyncsdk.cli.help_text import reflow_help
from asyncsdk.cli.suggestions import did_you_mean

__all__ = ["completion", "help_on"]

Shell: TypeAlias = Literal["bash", "zsh", "fish"]

TOPIC: Final = "exit-codes"


@reflow_help
def help_on(*topic: str) -> int:
    """Show the help of a command, or what the exit codes mean.

    Args:
        topic: a command, such as upsert or call lists.merge, or exit-codes; by default all commands.
    """
    if topic == (TOPIC,):
        print(EXIT_CODES, end="")
        return Exit.DONE
    from asyncsdk.cli.app import app

    if topic[:1] == ("call",):
        from asyncsdk.cli.call.command import call

        return call([*topic[1:], "--help"])
    found, _, unknown = app.parse_commands(topic)
    if unknown:
        words = [TOPIC, *app] if not found else []
        raise Failure(Exit.BAD_INPUT, f"There is no command {' '.join(topic)}.{did_you_mean(unknown[0], words)}")
    app.help_print(topic)
    return Exit.DONE


@reflow_help
def completion(shell: Shell, /) -> int:
    """Print the completion script of a shell.

    Put it where the shell looks for such scripts, such as ~/.local/share/bash-completion/completions/asyncsdk.

    Args:
        shell: which shell.
    """
    from asyncsdk.cli.app import app
    from asyncsdk.cli.call.completion import named_calls

    with named_calls(app):
        print(app.generate_completion(shell=shell), end="")
    return Exit.DONE
