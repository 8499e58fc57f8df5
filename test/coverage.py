"""Adds up what gcov counted.  See test/coverage."""
import collections
import json
import os
import re
import subprocess
import sys

LINES_MIN, BRANCHES_MIN = 90, 80
# All branches of these: what decides that nothing is lost, doubled or forged.
AREAS = {
    'queue': r'src/queue/',
    'ledger': r'src/shopify/ledger',
    'tags': r'src/shopify/tags\.c',
    'hmac': r'src/base/hmac\.c',
    'jwt': r'src/shopify/idtoken\.c',
    'ssrf': r'src/net/(address|url)\.c',
    'framing': r'src/net/guard\.c',
}
NOT_TAKEN = re.compile(r'\b(assert|_Static_assert|CRASH_POINT|fault_on|history_on|must|abort)\(')


def gcov(build):
    """Each file's {line: (count, [branch counts])}, all programs together."""
    files = collections.defaultdict(dict)
    objects = [os.path.join(d, f) for d, _, names in os.walk(os.path.join(build, 'src'))
               for f in names if f.endswith('.gcno')]
    # Notes, not data: what never ran has no data.  Not to files: several of ours bear
    # one name in both programs.
    for notes in objects:
        out = subprocess.run(['gcov', '--branch-probabilities', '--json-format', '--stdout', notes],
                             check=True, capture_output=True).stdout
        for report in out.splitlines():
            add(files, json.loads(report))
    return files


def add(files, report):
    for one in report['files']:
        path = os.path.normpath(os.path.join(report['current_working_directory'], one['file']))
        path = os.path.relpath(path)
        if not path.startswith('src/') or not os.path.isfile(path):
            continue
        for line in one['lines']:
            took = [b['count'] for b in line['branches']]
            count, before = files[path].get(line['line_number'], (0, []))
            if len(before) == len(took):
                took = [a + b for a, b in zip(before, took)]
            files[path][line['line_number']] = (count + line['count'], took or before)


def left_out(path):
    """The lines of statements whose branches are not to be taken."""
    out, depth = set(), 0
    for n, text in enumerate(open(path, encoding='utf-8'), 1):
        if depth > 0 or NOT_TAKEN.search(text):
            out.update({n - 1, n} if 'abort(' in text else {n})
            depth += text.count('(') - text.count(')')
    return out


def sum_up(files):
    for path, lines in sorted(files.items()):
        skip = left_out(path)
        branches = [(n, took) for n, (_, took) in sorted(lines.items()) if n not in skip]
        yield path, {
            'lines': len(lines), 'run': sum(1 for count, _ in lines.values() if count),
            'branches': sum(len(took) for _, took in branches),
            'taken': sum(1 for _, took in branches for t in took if t),
            'unrun': [n for n, (count, _) in sorted(lines.items()) if not count],
            'untaken': [n for n, took in branches if not all(took)],
        }


def share(part, whole):
    return round(100 * part / whole, 2) if whole else 0


def figures(sums):
    total = {k: sum(s[k] for _, s in sums) for k in ('lines', 'run', 'branches', 'taken')}
    line = {'lines': total['lines'], 'line_percent': share(total['run'], total['lines']),
            'branches': total['branches'], 'branch_percent': share(total['taken'], total['branches']), 'areas': {}}
    for name, pattern in AREAS.items():
        mine = [s for path, s in sums if re.match(pattern, path)]
        line['areas'][name] = share(sum(s['taken'] for s in mine), sum(s['branches'] for s in mine))
    return line


def show(sums, what):
    pattern = re.compile(AREAS.get(what, re.escape(what)))
    for path, s in sums:
        if not pattern.search(path):
            continue
        source = open(path, encoding='utf-8').read().split('\n')
        for n in sorted(set(s['untaken'] + s['unrun'])):
            print('%s:%d:%s %s' % (path, n, ' not run' if n in s['unrun'] else '', source[n - 1].strip()))


def main():
    sums = list(sum_up(gcov(sys.argv[1])))
    if len(sys.argv) > 2:
        return show(sums, sys.argv[3])
    for path, s in sorted(sums, key=lambda x: x[1]['run'] - x[1]['lines'])[:15]:
        print('%-32s %4d of %4d lines, %4d of %4d branches' % (path, s['run'], s['lines'], s['taken'], s['branches']),
              file=sys.stderr)
    line = figures(sums)
    print(json.dumps(line))
    good = line['line_percent'] >= LINES_MIN and line['branch_percent'] >= BRANCHES_MIN
    return 0 if good and all(p == 100 for p in line['areas'].values()) else 1


sys.exit(main())
