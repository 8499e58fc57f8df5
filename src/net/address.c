/*
 * address.c - which addresses the public internet lives at.
 *
 * IPv4 is public unless a row says otherwise; of IPv6 only 2000::/3 was ever
 * given out, so there it is the other way round, and mapped, translated and
 * local forms fall out by themselves.  Rows: IANA's special-purpose registries
 * (RFC 6890) where "globally reachable" is not plainly true.
 */
#include "net/url.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/text.h"

static const char *const special[] = {
	"0.0.0.0/8",       /* this network */
	"10.0.0.0/8",      /* private */
	"100.64.0.0/10",   /* behind a carrier's NAT */
	"127.0.0.0/8",     /* this machine */
	"169.254.0.0/16",  /* link local; cloud metadata */
	"172.16.0.0/12",   /* private */
	"192.0.0.0/24",    /* protocol assignments */
	"192.0.2.0/24",    /* documentation */
	"192.88.99.0/24",  /* 6to4 relays, gone */
	"192.168.0.0/16",  /* private */
	"198.18.0.0/15",   /* benchmarks */
	"198.51.100.0/24", /* documentation */
	"203.0.113.0/24",  /* documentation */
	"224.0.0.0/4",     /* multicast */
	"240.0.0.0/4",     /* reserved, broadcast */
	"2001::/23",       /* protocol assignments, Teredo */
	"2001:db8::/32",   /* documentation */
	"2002::/16",       /* 6to4: any IPv4 inside */
	"3fff::/20",       /* documentation */
	NULL,
};

/* An address as bytes: 4 or 16, IPv4 in IPv6 unpacked. */
struct raw {
	unsigned char p[16];
	size_t n; /* 0: neither */
};

static struct raw
raw_of(const struct sockaddr *sa)
{
	const struct sockaddr_in *v4 = (const void *)sa;
	const struct sockaddr_in6 *v6 = (const void *)sa;
	struct raw r = { .n = 0 };

	if (sa->sa_family == AF_INET) {
		r.n = 4;
		memcpy(r.p, &v4->sin_addr, 4);
	} else if (sa->sa_family == AF_INET6) {
		bool mapped = IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr);

		r.n = mapped ? 4 : 16;
		memcpy(r.p, &v6->sin6_addr.s6_addr[mapped ? 12 : 0], r.n);
	}
	return r;
}

static bool
block_read(const char *cidr, struct raw *r, int64_t *bits)
{
	char text[INET6_ADDRSTRLEN] = "";
	size_t n = strcspn(cidr, "/");

	if (n >= sizeof(text))
		return false;
	memcpy(text, cidr, n);
	r->n = 0;
	if (inet_pton(AF_INET, text, r->p) == 1)
		r->n = 4;
	else if (inet_pton(AF_INET6, text, r->p) == 1)
		r->n = 16;
	*bits = (int64_t)r->n * 8;
	if (r->n == 0 || cidr[n] == '\0')
		return r->n != 0;
	return text_to_int(cidr + n + 1, 0, *bits, bits);
}

static bool
raw_in(const struct raw *r, const char *cidr)
{
	struct raw block;
	int64_t bits, i;

	if (!block_read(cidr, &block, &bits) || block.n != r->n)
		return false;
	for (i = 0; i < bits; i++) {
		if ((r->p[i / 8] ^ block.p[i / 8]) & (0x80 >> (i % 8)))
			return false;
	}
	return true;
}

bool
address_block_is(const char *cidr)
{
	struct raw r;
	int64_t bits;

	return block_read(cidr, &r, &bits);
}

bool
address_in(const struct sockaddr *sa, const char *cidr)
{
	struct raw r = raw_of(sa);

	return r.n > 0 && raw_in(&r, cidr);
}

bool
address_is_public(const struct sockaddr *sa)
{
	struct raw r = raw_of(sa);
	size_t i;

	if (r.n == 0 || (sa->sa_family == AF_INET6 && r.n == 4))
		return false; /* mapped addresses never come from DNS */
	if (r.n == 16 && !raw_in(&r, "2000::/3"))
		return false;
	for (i = 0; special[i] != NULL; i++) {
		if (raw_in(&r, special[i]))
			return false;
	}
	return true;
}
