#!/bin/sh
# Fetches Shopify's official 2026-10 Admin schema into a cache folder.
#
#   sim/schema.sh [FOLDER]        (default: .cache beside this script)
#
# The schema is Shopify's and is not ours to commit, so it is taken out of the
# npm package that ships it; only this one file is kept.  Its hash is pinned:
# what our documents are validated against must never change by itself.
# Prints the path of the file.  Does nothing when the right file is there.
set -eu

package=@shopify/dev-mcp@1.16.0
name=admin_2026-10.json.gz
member=package/dist/data/$name
sha256=f3b522f264556925eada700e795e4a002a9cba83444ebcc6c0d724254a0c6593

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
folder=${1:-$here/.cache}

right() {
	echo "$sha256  $1" | sha256sum -c - >/dev/null 2>&1
}

if ! right "$folder/$name"; then
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	(cd "$work" && npm pack --silent "$package" >/dev/null && tar -xzf ./*.tgz "$member")
	right "$work/$member" || {
		echo "schema.sh: $member of $package is not the file we know (SHA-256 differs)" >&2
		exit 1
	}
	mkdir -p "$folder"
	mv "$work/$member" "$folder/$name.$$"
	mv "$folder/$name.$$" "$folder/$name"
fi
echo "$folder/$name"
