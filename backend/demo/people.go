package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// person is a made-up account.
type person struct {
	username, name, email string
	role                  string // v1 role; see rolesV2
	idV1, idV2            string
	ip                    string
	agent                 agent
	from, to              time.Time // employed
	workspaces            []workspace
	bot                   bool
}

type workspace struct{ name, idV1, idV2 string }

type agent struct{ browser, os, raw string }

const domain = "northwind.example"

var agents = []agent{
	{"Chrome 138.0.0.0", "Windows 10", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36"},
	{"Chrome 138.0.0.0", "Mac OS X 10.15.7", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36"},
	{"Firefox 140.0", "Linux", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
	{"Edge 138.0.0.0", "Windows 10", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0"},
}

var names = []string{
	"Maya Okonkwo", "Jun Ito", "Björn Lindqvist", "Ahmed Al-Rashid", "Þórður Jónsson", "Li Wei", "Tanja Okonjo", "Haruka Sato", "Elena Petrova",
	"Samuel Keller", "Chiara Rossi", "Priya Nair", "Lucas Moreau", "Noah Brandt", "Zeynep Kaya", "Marek Nowak", "Ingrid Solberg", "Diego Alvarez",
	"Aoife Byrne", "Jonas Weber", "Fatima Zahra", "Oskar Lund", "Mei Chen", "Rahul Mehta", "Sofia Costa", "Viktor Horvath", "Nadia Haddad", "Leon Fischer",
	"Emma de Vries", "Tomas Dvorak", "Yuki Tanaka", "Grace Mensah", "Pavel Ivanov", "Laura Schmid", "Omar Farouk", "Anna Kowalska", "Felix Baumann",
	"Ines Pereira", "Kofi Boateng", "Hanna Virtanen", "Marco Bianchi", "Sara Lindholm", "Ravi Patel", "Clara Dubois", "Stefan Gruber", "Amina Diallo",
}

var projects = []string{
	"payments-api", "ledger-core", "risk-models", "main", "mobile-app", "data-pipeline", "fraud-scoring", "web-portal", "infra-tools", "notebooks", "kyc-service", "market-feed",
}

// hire makes the staff: some are there all year, some come, some leave.
func hire(rng *rand.Rand) []*person {
	var out []*person
	add := func(name, username, role string, bot bool) *person {
		p := &person{
			name: name, username: username, email: username + "@" + domain, role: role, bot: bot,
			idV1: idV1(rng), idV2: uuid(rng), ip: fmt.Sprintf("10.%d.%d.%d", 20+rng.IntN(20), rng.IntN(256), 1+rng.IntN(254)),
			agent: agents[rng.IntN(len(agents))], from: yearStart, to: yearEnd,
		}
		for _, i := range rng.Perm(len(projects))[:1+rng.IntN(4)] {
			p.workspaces = append(p.workspaces, workspace{projects[i], idV1(rng), uuid(rng)})
		}
		out = append(out, p)
		return p
	}
	add("Site Admin", "admin", "site-admin", false)
	add("Platform on call", "sre-oncall", "site-manager", false)
	add("Audit reader", "audit.reader", "auditor", false)
	add("CI", "ci-bot", "site-member", true)
	for i, name := range names {
		role := "site-member"
		if i == 0 || i == 3 {
			role = "site-manager"
		}
		p := add(name, username(name), role, false)
		if i > 5 { // the first few stay, for they do the planned changes
			switch rng.IntN(5) {
			case 0:
				p.from = yearStart.AddDate(0, 0, rng.IntN(300))
			case 1:
				p.to = yearStart.AddDate(0, 0, 60+rng.IntN(300))
			}
		}
		if i%11 == 4 {
			p.ip = fmt.Sprintf("2a02:8109:9c40:%x::%x", 0x1000+rng.IntN(0xe000), 1+rng.IntN(0xfffe))
		}
		if i%7 == 2 {
			p.ip = fmt.Sprintf("203.0.113.%d", 1+rng.IntN(254))
		}
	}
	return out
}

func username(name string) string {
	first, last, _ := strings.Cut(strings.ToLower(name), " ")
	plain := strings.NewReplacer("þ", "th", "ó", "o", "ð", "d", "ö", "o", "é", "e", " ", "-")
	return plain.Replace(first) + "." + plain.Replace(last)
}

// weight is how many lots a person has when the next event's account is drawn.
func (p *person) weight(at time.Time) int {
	switch {
	case p.bot:
		return 10
	case p.role != "site-member" || at.Weekday() == time.Saturday:
		return 1
	}
	return 2
}

func idV1(rng *rand.Rand) string {
	return fmt.Sprintf("%08x-%08x%016x", rng.Uint32(), rng.Uint32(), rng.Uint64())
}

func uuid(rng *rand.Rand) string {
	return string(appendUUID(nil, rng))
}

// by finds a person by username.
func (d *deployment) by(username string) *person {
	for _, p := range d.people {
		if p.username == username {
			return p
		}
	}
	return d.people[0]
}
