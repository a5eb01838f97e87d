// Package casefile is one open case: store, column index, jobs and results. Every use case of the product is a method
// here, with a context; the window and the command line both call it. It must not know who asks, nor how SQL is written.
package casefile

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"auditdesk/backend/audit"
	"auditdesk/backend/facet"
	"auditdesk/backend/store"
)

// Extension of a case file.
const Extension = ".auditcase"

// Options say how a case is opened. The zero value is usable.
type Options struct {
	ReadOnly bool
	Now      func() time.Time
}

// Case is one open case. Its methods may be called from several goroutines; one import runs at a time.
type Case struct {
	path  string
	store *store.Store
	now   func() time.Time

	mu      sync.Mutex // guards what follows
	events  *facet.Index
	changes *facet.Index
	built   int64 // generation of the store that the indexes hold
	gaps    []audit.Gap
	sources []audit.Source
	gapsOf  int64 // generation that gaps and sources are of

	people   map[audit.Person]string // labels of persons, see persons
	peopleOf int64                   // generation that people are of

	importing sync.Mutex // held while an import runs

	testing   sync.Mutex // guards collected, and is held while events are read for it
	collected *collected

	settings   settingsCache
	texts      cached[*facet.Texts]
	ids        cached[idMarks]
	lastAnswer answerCache
}

// Create makes a new case at path, which must not exist.
func Create(ctx context.Context, path string, e audit.Engagement, opt Options) (*Case, error) {
	if e.Zone == "" {
		e.Zone = "UTC"
	}
	if e.Title == "" {
		e.Title = strings.TrimSuffix(filepath.Base(path), Extension)
	}
	if err := checkEngagement(e); err != nil {
		return nil, err
	}
	now := clock(opt)
	st, err := store.Create(ctx, path, e, now)
	if err != nil {
		return nil, err
	}
	return &Case{path: path, store: st, now: now}, nil
}

// Open opens an existing case. Opened for writing, it also finishes what a killed import left open, see [Case.Repair].
func Open(ctx context.Context, path string, opt Options) (*Case, error) {
	now := clock(opt)
	st, err := store.Open(ctx, path, store.Options{ReadOnly: opt.ReadOnly, Now: now})
	if err != nil {
		return nil, err
	}
	c := &Case{path: path, store: st, now: now}
	if !st.ReadOnly() {
		// Another process may be importing, or the disk be full: the case can be read all the same, and Info says that
		// something is left open.
		if err := c.Repair(ctx); err != nil && !errors.Is(err, audit.ErrLocked) {
			slog.WarnContext(ctx, "finish what an import left open", "case", path, "error", err)
		}
	}
	return c, nil
}

func clock(opt Options) func() time.Time {
	if opt.Now != nil {
		return opt.Now
	}
	return time.Now
}

// FormatVersion is the version of the format that a case has once it was opened for writing.
const FormatVersion = store.Version

// Path is where the case lies.
func (c *Case) Path() string { return c.path }

// Close closes the case; one file remains. An import that still runs must have been cancelled and waited for.
func (c *Case) Close() error { return c.store.Close() }

// Deployment is a deployment of the case with the versions of Coder that its records come from.
type Deployment struct {
	Name     string          `json:"name"`
	Versions []audit.Version `json:"versions"`
	Events   int64           `json:"events"`
}

// Info is what the frame of the window shows of a case.
type Info struct {
	Path         string           `json:"path"`
	Engagement   audit.Engagement `json:"engagement"`
	Deployments  []Deployment     `json:"deployments"`
	Events       int64            `json:"events"`
	Changes      int64            `json:"changes"`
	AdminChanges int64            `json:"admin_changes"`
	Sources      int64            `json:"sources"`
	Unreadable   int64            `json:"unreadable"`
	Lines        int64            `json:"lines"`
	First        *audit.Time      `json:"first,omitempty"`
	Last         *audit.Time      `json:"last,omitempty"`
	Gaps         []audit.Gap      `json:"gaps"`
	LastImport   *audit.Time      `json:"last_import,omitempty"`
	ReadOnly     bool             `json:"read_only"`
	Redaction    *store.Redaction `json:"redaction,omitempty"` // of a hand-over copy, whose records are masked
	Generation   int64            `json:"generation"`
	MailDomain   string           `json:"mail_domain,omitempty"`
	Underived    bool             `json:"underived,omitempty"` // see [Case.Underived]
}

// maxGaps is how many stretches without records Info and Sources list, longest first where there are more.
const maxGaps = 1000

// Info describes the case as it is now. Its numbers are of the whole case, whatever the scope.
func (c *Case) Info(ctx context.Context) (Info, error) {
	in := Info{Path: c.path, ReadOnly: c.store.ReadOnly(), Redaction: c.store.Redaction()}
	var err error
	if in.Engagement, err = c.store.Engagement(ctx); err != nil {
		return in, fmt.Errorf("read the engagement: %w", err)
	}
	events, changes, generation, err := c.indexes(ctx)
	if err != nil {
		return in, err
	}
	in.Generation = generation
	in.Events, in.Changes = int64(events.Rows()), int64(changes.Rows())
	admin, err := changes.Select(ctx, facet.Filter{Query: adminQuery()})
	if err != nil {
		return in, err
	}
	in.AdminChanges = admin.Total()
	sources, err := c.store.Sources(ctx)
	if err != nil {
		return in, fmt.Errorf("read the sources: %w", err)
	}
	var total audit.Counts
	for _, s := range sources {
		total.Add(s.Counts)
		if in.LastImport == nil || s.Imported > *in.LastImport {
			in.LastImport = &s.Imported
		}
	}
	in.Sources, in.Unreadable, in.Lines = int64(len(sources)), total.Unreadable, total.Lines
	for i := range sources {
		if f := sources[i].First; f != nil && (in.First == nil || *f < *in.First) {
			in.First = f
		}
		if l := sources[i].Last; l != nil && (in.Last == nil || *l > *in.Last) {
			in.Last = l
		}
	}
	days, err := c.store.Days(ctx)
	if err != nil {
		return in, fmt.Errorf("read the days: %w", err)
	}
	in.Gaps = gaps(sources, days, maxGaps)
	if in.Deployments, err = deployments(ctx, events); err != nil {
		return in, err
	}
	accounts, err := c.store.Accounts(ctx)
	if err != nil {
		return in, fmt.Errorf("read the persons: %w", err)
	}
	in.MailDomain = mailDomain(accounts)
	in.Underived, err = c.Underived(ctx)
	return in, err
}

func adminQuery() audit.Query {
	return audit.Query{Terms: []audit.Term{{Field: audit.FieldClass, Values: []audit.Value{{Op: audit.OpEqual, Text: "admin"}}}}}
}

// deployments counts the events of each deployment, and names the versions of Coder found in it.
func deployments(ctx context.Context, events *facet.Index) ([]Deployment, error) {
	all, err := events.Facets(ctx, facet.Filter{}, []audit.FacetRequest{{Field: audit.FieldDeployment, Top: 1000, Order: audit.ByName}})
	if err != nil {
		return nil, err
	}
	out := []Deployment{}
	for _, b := range all[0].Values {
		q := audit.Query{Terms: []audit.Term{{Field: audit.FieldDeployment, Values: []audit.Value{{Op: audit.OpEqual, Text: b.Value}}}}}
		versions, err := events.Facets(ctx, facet.Filter{Query: q}, []audit.FacetRequest{{Field: audit.FieldVersion, Top: 10, Order: audit.ByName}})
		if err != nil {
			return nil, err
		}
		d := Deployment{Name: b.Value, Events: b.Count, Versions: []audit.Version{}}
		for _, v := range versions[0].Values {
			if v.Count > 0 {
				d.Versions = append(d.Versions, audit.Version(v.Value))
			}
		}
		out = append(out, d)
	}
	return out, nil
}

// mailDomain is the domain that all e-mails of the case share, or "".
func mailDomain(accounts []audit.Account) string {
	domain := ""
	for _, a := range accounts {
		if a.Who.Email == "" {
			continue
		}
		_, d, ok := strings.Cut(a.Who.Email, "@")
		d = audit.FoldASCII(d)
		if !ok || d == "" || (domain != "" && d != domain) {
			return ""
		}
		domain = d
	}
	return domain
}

// Engagement is what the case is about.
func (c *Case) Engagement(ctx context.Context) (audit.Engagement, error) {
	return c.store.Engagement(ctx)
}

// SaveEngagement stores what the case is about.
func (c *Case) SaveEngagement(ctx context.Context, e audit.Engagement) error {
	old, err := c.store.Engagement(ctx)
	if err != nil {
		return fmt.Errorf("read the engagement: %w", err)
	}
	e.MadeUp = old.MadeUp // a demo stays marked
	if err := checkEngagement(e); err != nil {
		return err
	}
	if e.Deployments, err = c.underAudit(ctx, e.Deployments); err != nil {
		return err
	}
	return c.store.SaveEngagement(ctx, e)
}

// underAudit brings the names of deployments to the case's spelling and order. Where all of them are named, later ones are not
// among them: the auditor named these.
func (c *Case) underAudit(ctx context.Context, names []string) ([]string, error) {
	if len(names) == 0 {
		return nil, nil
	}
	known, err := c.store.Deployments(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the deployments: %w", err)
	}
	out := make([]string, 0, len(names))
	for _, k := range known {
		if slices.Contains(names, k) {
			out = append(out, k)
		}
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			hint := "the case has " + strings.Join(known, ", ")
			if len(known) == 0 {
				hint = "the case has none yet; they come with the first import"
			}
			return nil, audit.Errorf(hint, "there is no deployment %q in this case", name)
		}
	}
	return out, nil
}

func checkEngagement(e audit.Engagement) error {
	if strings.TrimSpace(e.Title) == "" {
		return audit.Errorf("say what the case is about", "the engagement has no title")
	}
	if _, err := time.LoadLocation(e.Zone); err != nil || e.Zone == "" || e.Zone == "Local" {
		return audit.Errorf("choose an IANA name such as Europe/Berlin, or UTC", "there is no time zone %q", e.Zone)
	}
	for _, day := range []string{e.From, e.To} {
		if day == "" {
			continue
		}
		_, err := time.Parse(time.DateOnly, day) // one day and nothing behind it
		if err == nil {
			_, err = audit.ParseQuery("date_from:" + day) // within the years that a record may hold
		}
		if err != nil {
			return audit.Errorf("write the day as yyyy-mm-dd", "the period under audit can't begin or end on %q", day)
		}
	}
	if e.From != "" && e.To != "" && e.To < e.From {
		return audit.Errorf("swap the two days", "the period under audit ends on %s, before it begins on %s", e.To, e.From)
	}
	return nil
}

// indexes returns the column indexes, brought up to the state of the store, and the generation that they hold.
func (c *Case) indexes(ctx context.Context) (events, changes *facet.Index, generation int64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	generation, err = c.store.Generation(ctx)
	if err != nil {
		return nil, nil, 0, fmt.Errorf("read the state of the case: %w", err)
	}
	if c.events != nil && c.built == generation {
		return c.events, c.changes, generation, nil
	}
	if c.events != nil {
		// Where the store does not know what was replaced since, everything is read anew.
		events, changes, known, err := c.store.Changed(ctx, c.built)
		if err != nil || !known || errors.Join(c.events.Refresh(ctx, events...), c.changes.Refresh(ctx, changes...)) != nil {
			c.events, c.changes = nil, nil
		}
	}
	if c.events == nil {
		// Each is read by a connection of its own.
		var g errgroup.Group
		g.Go(func() (err error) {
			if events, err = c.index(ctx, savedEvents, generation, eventSource{c.store, c}); err != nil {
				err = fmt.Errorf("read the events: %w", err)
			}
			return err
		})
		g.Go(func() (err error) {
			if changes, err = c.index(ctx, savedChanges, generation, changeSource{c.store, c}); err != nil {
				err = fmt.Errorf("read the changes: %w", err)
			}
			return err
		})
		if err := g.Wait(); err != nil {
			return nil, nil, 0, err
		}
		c.events, c.changes = events, changes
	}
	c.changes.NameOrganizationsAs(c.events)
	c.built = generation
	return c.events, c.changes, generation, nil
}
