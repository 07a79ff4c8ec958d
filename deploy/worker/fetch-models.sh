#!/usr/bin/env bash
# Downloads the models of a list and checks that they are the ones that were meant.
# usage: fetch-models.sh LIST DESCRIPTIONS DIR     a line of LIST: NAME SHA256 URL; DESCRIPTIONS has a NAME.json for each
set -euo pipefail
list=${1:?list}
descriptions=${2:?folder of descriptions}
dir=${3:?folder}

mkdir -p "$dir"
while read -r name sha256 url rest || [ -n "$name" ]; do
    case "$name" in '' | '#'*) continue ;; esac
    if [[ ! $name =~ ^[A-Za-z0-9._-]+$ || ! $sha256 =~ ^[0-9a-f]{64}$ || -z $url || -n $rest ]]; then
        echo "$list: '$name' is not followed by a SHA-256 and a URL" >&2
        exit 1
    fi
    if [ ! -f "$descriptions/$name.json" ]; then
        echo "$descriptions has no $name.json" >&2
        exit 1
    fi
    part=$(mktemp "$dir/.$name.XXXXXX")
    trap 'rm -f "$part"' EXIT
    curl --fail --silent --show-error --location --retry 3 --output "$part" "$url"
    if ! echo "$sha256  $part" | sha256sum --check --status; then
        echo "$name has the checksum $(sha256sum "$part" | cut -d ' ' -f 1), not $sha256" >&2
        exit 1
    fi
    chmod 644 "$part"
    mv "$part" "$dir/$name.onnx"
    cp "$descriptions/$name.json" "$dir/$name.json"
    echo "$name"
done < "$list"
