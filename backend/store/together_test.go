package store_test

import (
	"context"
	"errors"
	"testing"

	"auditdesk/backend/audit"
)

func TestTogetherIsAllOrNothing(t *testing.T) {
	st := newCase(t)
	ctx := t.Context()
	two := func(ctx context.Context) error {
		for _, path := range []string{"a", "b"} {
			n, _, _, err := st.BeginSource(ctx, audit.Source{Path: path, SHA256: path, Deployment: "acme"})
			if err == nil {
				err = st.FinishSource(ctx, n, audit.Source{Path: path, SHA256: path, Deployment: "acme"})
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	gone := errors.New("gone")
	if err := st.Together(ctx, func(ctx context.Context) error { return errors.Join(two(ctx), gone) }); !errors.Is(err, gone) {
		t.Errorf("%v", err)
	}
	if list, err := st.Sources(ctx); err != nil || len(list) != 0 {
		t.Errorf("%d sources, %v; want none of them", len(list), err)
	}
	if err := st.Together(ctx, two); err != nil {
		t.Fatal(err)
	}
	if list, err := st.Sources(ctx); err != nil || len(list) != 2 || list[1].Number != 2 || list[1].State != audit.SourceWhole {
		t.Errorf("%+v, %v", list, err)
	}
	rep, err := st.Verify(ctx)
	if err != nil || !rep.Sound() {
		t.Errorf("%+v, %v", rep, err)
	}
}
