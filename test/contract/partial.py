#!/usr/bin/env python3
"""partial.py OUT KEEP SEAM.a PROGRAM.a NET.a: one program as one object.

Both programs have a job_privacy, a struct site, hints for people.  Linked into
one test they would meet; so each is linked alone first (ld -r), with its own
copy of the router, and only the names in KEEP (parted by commas) stay visible.
"""
import subprocess
import sys

out, keep, seam, program, net = sys.argv[1:]
subprocess.run(['ld', '-r', '-z', 'muldefs', '-o', out + '.all',
                '--whole-archive', seam, '--no-whole-archive',
                '--start-group', program, net, '--end-group'], check=True)
subprocess.run(['objcopy'] +
               ['--keep-global-symbol=' + name for name in keep.split(',')] +
               [out + '.all', out], check=True)
