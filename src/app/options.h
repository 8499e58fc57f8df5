/*
 * options.h - rows of the options tables that both programs share.
 *
 * A program's table names them beside its own; an option means the same in
 * both.
 */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include "base/conf.h"

#define OPT_DATA                                                               \
	{                                                                      \
		"data", OPTION_TEXT, NULL, true, 0, 0, "DIR",                  \
		    "Folder of database, keys and socket; serve makes it."     \
	}
#define OPT_DATABASE                                                           \
	{                                                                      \
		"database", OPTION_TEXT, NULL, false, 0, 0, "URL",             \
		    "postgresql://... instead of the SQLite file in the "      \
		    "folder."                                                  \
	}
#define OPT_KEY_FILE                                                           \
	{                                                                      \
		"key-file", OPTION_TEXT, NULL, false, 0, 0, "FILE",            \
		    "Master keys; DIR/master.key if not given, made at first " \
		    "start; shared by all nodes."                              \
	}
#define OPT_STORE OPT_DATA, OPT_DATABASE, OPT_KEY_FILE

#define OPT_LISTEN(dflt)                                                       \
	{                                                                      \
		"listen", OPTION_TEXT, dflt, false, 0, 0, "HOST:PORT",         \
		    "Where to serve; port 0 takes a free one. A socket "       \
		    "inherited with LISTEN_FDS comes first."                   \
	}
#define OPT_PUBLIC_URL(help)                                                   \
	{                                                                      \
		"public-url", OPTION_TEXT, NULL, true, 0, 0, "URL", help       \
	}
#define OPT_PRIVATE(help)                                                      \
	{                                                                      \
		"allow-private-hosts", OPTION_SWITCH, NULL, false, 0, 0, NULL, \
		    help                                                       \
	}
#define OPT_METRICS                                                            \
	{                                                                      \
		"metrics", OPTION_TEXT, NULL, false, 0, 0, "HOST:PORT",        \
		    "Serve numbers for Prometheus there; off if not given."    \
	}
#define OPT_PROXY                                                              \
	{                                                                      \
		"trusted-proxy", OPTION_TEXT, NULL, false, 0, 0, "CIDR",       \
		    "Believe X-Forwarded-For and -Proto of proxies in this "   \
		    "block."                                                   \
	}
#define OPT_TLS_CERT                                                           \
	{                                                                      \
		"tls-cert", OPTION_TEXT, NULL, false, 0, 0, "FILE",            \
		    "PEM certificate chain: serve https; needs --tls-key."     \
	}
#define OPT_TLS_KEY                                                            \
	{                                                                      \
		"tls-key", OPTION_TEXT, NULL, false, 0, 0, "FILE",             \
		    "PEM key of the certificate."                              \
	}
/* What serving takes beside the program's own. */
#define OPT_DOOR OPT_METRICS, OPT_PROXY, OPT_TLS_CERT, OPT_TLS_KEY

#define OPT_SWEEP(help)                                                        \
	{                                                                      \
		"sweep-seconds", OPTION_INT, "300", false, 1, 86400, "N", help \
	}
#define OPT_RETRY                                                              \
	{                                                                      \
		"retry-base-ms", OPTION_INT, "1000", false, 1, 600000, "N",    \
		    "First pause before a failed job is tried again; it "      \
		    "doubles."                                                 \
	}

#endif
