"""Which lines of nginx's log a test must have declared."""

import re

BAD_LINE = re.compile(
    r"\[(?:emerg|alert|crit)\]|AddressSanitizer|LeakSanitizer|UndefinedBehaviorSanitizer"
    r"|runtime error:"
)
LEAKS = re.compile(
    r"=+\n==\d+==ERROR: LeakSanitizer: detected memory leaks\n(?P<stanzas>.*?)"
    r"SUMMARY: AddressSanitizer: \d+ byte\(s\) leaked in \d+ allocation\(s\)\.\n",
    re.S,
)
# A worker that exits leaves its connections and events to the system: nginx's
# own way.  Stacks are whole (fast_unwind_on_malloc=0), so what a module of ours
# has a part in names it.
OF_NGINX_ALONE = re.compile(
    r"\n*(?:Direct|Indirect) leak of \d+ byte\(s\) in \d+ object\(s\) allocated from:\n"
    r" +#0 .*malloc.*\n(?: +#\d+ .*(?:/usr/sbin/nginx\+\w+\)|libc_start\S*).*\n)+\n*"
)
# Its tracer may stumble over a thread that is just ending, and then says nothing of us.
NO_VERDICT = re.compile(
    r"Tracer caught signal 11: .*\n==\d+==LeakSanitizer has encountered a fatal error\.\n"
    r"(?:==\d+==HINT: .*\n)*"
)


def undeclared(lines, expected):
    """The bad lines that match none of the patterns, and the index of the first."""
    text = NO_VERDICT.sub("", LEAKS.sub(_unless_of_nginx, "\n".join(lines) + "\n"))
    kept = text.splitlines()
    bad = [
        number
        for number, line in enumerate(kept)
        if BAD_LINE.search(line) and not any(one.search(line) for one in expected)
    ]
    if not bad:
        return None
    context = kept[max(0, bad[0] - 1) : bad[0] + 40]
    return f"{len(bad)} undeclared lines in nginx's log, the first with what follows:\n" + "\n".join(
        context
    )


def _unless_of_nginx(report):
    return "" if not OF_NGINX_ALONE.sub("", report["stanzas"]).strip() else report[0]
