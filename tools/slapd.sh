#!/usr/bin/env bash
# Prints the path of OpenLDAP's server, on which the tests of directories run, or fails. They also need its ldapmodify and its
# schema files. The tests look in the same places (server/identity/tests/it/ldap/slapd.rs), start it themselves, each in a
# folder of its own, and leave a server of the machine's alone.
source "$(dirname "$0")/lib.sh"

PATH=$PATH:/usr/sbin:/usr/local/sbin:/usr/local/libexec:/usr/libexec
PATH=$PATH:/opt/homebrew/opt/openldap/libexec:/opt/homebrew/opt/openldap/bin:/usr/local/opt/openldap/libexec:/usr/local/opt/openldap/bin

have slapd && have ldapmodify ||
  fail "OpenLDAP's server is missing" "slapd and ldapmodify are not both to be found" \
    "make test installs them on Debian: slapd ldap-utils; macOS: brew install openldap"
for folder in /etc/ldap/schema /etc/openldap/schema /opt/homebrew/etc/openldap/schema /usr/local/etc/openldap/schema; do
  if [ -f "$folder/inetorgperson.schema" ]; then command -v slapd && exit; fi
done
fail "OpenLDAP's schema files are missing" "no folder has inetorgperson.schema" "install OpenLDAP's server from your distribution"
