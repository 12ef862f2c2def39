"""A group of commands of which one is meant when none is named: `cohort sql SPEC` beside `cohort sql vet SPEC`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cohort.diagnostics.nearest import nearest


class _Unnamed(click.Context):
    """The context of a command that is called by the name of its group: usage errors show it that way."""

    @property
    def command_path(self) -> str:
        """The path of the group."""
        return super().command_path if self.parent is None else self.parent.command_path


class DefaultGroup(click.Group):
    """A group whose ``default`` command takes all arguments that do not begin with the name of another one."""

    def __init__(self, *args: Any, default: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.default = default
        self.no_args_is_help = False

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Add a command; the default one is shown without its name."""
        if (name or cmd.name) == self.default:
            cmd.context_class = _Unnamed
        super().add_command(cmd, name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the name of the default command before arguments that name none."""
        first = args[0] if args else ""
        if first not in self.commands and first not in ctx.help_option_names:
            self._refuse_mistyped(ctx, first)
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def _refuse_mistyped(self, ctx: click.Context, first: str) -> None:
        """Refuse a word that is no file and nearly the name of another command, instead of a missing option later."""
        others = [name for name in self.list_commands(ctx) if name != self.default]
        meant = nearest(first, others)
        if meant is not None and not Path(first).exists():
            raise click.UsageError(f"No such command {first!r}. Did you mean {meant!r}?", ctx)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show how the default command is called, and that there are others."""
        default = self.commands[self.default]
        with click.Context(default, info_name=ctx.info_name, parent=ctx.parent) as inner:
            formatter.write_usage(ctx.command_path, " ".join(default.collect_usage_pieces(inner)))
        others = " | ".join(name for name in self.list_commands(ctx) if name != self.default)
        formatter.write_usage(ctx.command_path, f"{others} ...", prefix="       ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the options of the default command, and then the other commands."""
        default = self.commands[self.default]
        default.format_options(click.Context(default, parent=ctx.parent, info_name=ctx.info_name), formatter)
        others = [(name, self.commands[name]) for name in self.list_commands(ctx) if name != self.default]
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(70)) for name, command in others])
