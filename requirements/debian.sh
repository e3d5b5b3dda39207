#!/bin/sh
# Makes sure that Debian's chromium (with a font), postgresql and Pango (for PDF) are there for the tests.
# It asks apt-get only for what is missing, and does nothing when all is there. nginx is wished for, and
# only where installing it opens no server: the tests that need it are left out without it.
set -eu

missing=""
command -v "${CHROMIUM:-chromium}" >/dev/null 2>&1 || missing="$missing chromium"
ls /usr/share/fonts/truetype/liberation*/*.ttf >/dev/null 2>&1 || missing="$missing fonts-liberation"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
# WeasyPrint opens these by name; where Python finds them, so will it.
for library in pango-1.0:libpango-1.0-0 pangoft2-1.0:libpangoft2-1.0-0 harfbuzz-subset:libharfbuzz-subset0; do
    python3 -c "import ctypes.util, sys; sys.exit(ctypes.util.find_library('${library%%:*}') is None)" ||
        missing="$missing ${library#*:}"
done
wished=""
[ -d /run/systemd/system ] || [ -x /usr/sbin/nginx ] || wished="nginx-light"
[ -n "$missing$wished" ] || exit 0

sentence="The tests need these Debian packages:$missing. Install them, then run make test again."
give_up() {
    [ -n "$missing" ] || exit 0
    echo "$sentence" >&2
    exit 1
}
command -v apt-get >/dev/null 2>&1 || give_up
if [ "$(id -u)" = 0 ]; then
    as_root="env"
elif sudo -n true 2>/dev/null; then
    as_root="sudo -n env"
else
    give_up
fi

echo "Installing$missing $wished from Debian."
$as_root apt-get update -qq || echo "The package lists could not be refreshed; trying those we have." >&2
install() {
    $as_root DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}
# shellcheck disable=SC2086  # one word a package
[ -z "$missing" ] || install $missing || give_up
[ -z "$wished" ] || install "$wished" || true
