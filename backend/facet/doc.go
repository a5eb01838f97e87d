// Package facet is the column index of a case in memory: exact totals, facet counts, timelines, days, pages and positions
// of any query, within milliseconds over millions of rows. It is a cache of the store and never the truth, and must not
// know SQL, wire formats or how anything is shown.
//
// An index is over events, or over changes (one row per changed field); the meaning of a query is [audit.Query]'s in both.
//
// How it works, in the order of the files:
//
//   - load.go reads rows as codes and encode.go makes them denser (statuses, sets of changes);
//   - assemble.go puts them in time order, a column a field (column.go), and folds the fields with few values into one
//     column of combinations (fold.go); merge.go does the same for rows that arrive later;
//   - filter.go turns a query into clauses: a table over the combinations, or a bitset over the rows (match.go, text.go);
//   - count.go counts codes under a bitset, labels.go and values.go turn the counts into facets;
//   - selection.go, timeline.go, days.go and groups.go answer what is asked of the selected rows.
package facet
