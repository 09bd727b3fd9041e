"""Building a module of one file the way a third party does: against installed headers."""

import os
import shutil
import subprocess

from harness.process import TOP, lock

WARNINGS = "-Wall -Wextra -Wno-unused-parameter -Werror -Wshadow -Wstrict-prototypes -Wvla"


def build_module(source, directory, name, build, sanitize=False):
    """Compile `source`, which defines the nginx module `name`, into directory/name.so.

    It sees nginx's headers and legalnet/ln.h, nothing else of legalnet.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with lock(f"module-{name}"):
        include = directory / "include"
        (include / "legalnet").mkdir(parents=True, exist_ok=True)
        for header in ("ln.h", "ln_scope.h", "ln_outside.h"):
            shutil.copy(TOP / "modules/core" / header, include / "legalnet" / header)
        listing = directory / f"{name}_modules.c"
        listing.write_text(
            "#include <ngx_config.h>\n#include <ngx_core.h>\n"
            f"extern ngx_module_t  {name};\n"
            f"ngx_module_t *ngx_modules[] = {{ &{name}, NULL }};\n"
            f'char *ngx_module_names[] = {{ "{name}", NULL }};\n'
            "char *ngx_module_order[] = { NULL };\n"
        )
        tree = build / "nginx"
        headers = [tree / "objs", include]
        for folder in ("core", "event", "event/modules", "os/unix", "http", "http/modules"):
            headers.append(tree / "src" / folder)
        # nginx 1.25 and later have QUIC's where they can build with it
        headers += [tree / "src" / folder for folder in ("http/v2", "http/v3", "event/quic")]
        flags = ["-fsanitize=address,undefined", "-Wl,-z,nodelete"] if sanitize else []
        target = directory / f"{name}.so"
        result = subprocess.run(
            [
                *["gcc", "-std=gnu11", "-O1", "-g", "-fPIC", "-shared", *WARNINGS.split(), *flags],
                *[f"-I{path}" for path in headers],
                *["-o", f"{target}.new", str(source), str(listing)],
            ],
            capture_output=True,
            text=True,
        )
        if result.returncode == 0:
            # another run may be loading the one that is there
            os.replace(f"{target}.new", target)
    if result.returncode != 0:
        raise AssertionError(result.stderr)
    return target
