package casefile

import "context"

// SettingOfRequest names a change by its event, and by its place among the changes of the event, from 0.
type SettingOfRequest struct {
	Event   string `json:"event"`
	Ordinal int    `json:"ordinal"`
}

// WrittenSetting is the setting that a change is a write of, or an attempt at one.
type WrittenSetting struct {
	Key    string `json:"key"`
	Offset int    `json:"offset"` // of the write in the history of the setting, see [SettingHistoryRequest]
}

// SettingOf finds the setting that a change is of. It is nil where the change is of none, for it is not class:admin, or where its
// deployment is not under audit.
func (c *Case) SettingOf(ctx context.Context, req SettingOfRequest) (*WrittenSetting, error) {
	_, number, err := c.find(ctx, req.Event)
	if err != nil {
		return nil, err
	}
	index, _, err := c.settingsIndex(ctx)
	if err != nil {
		return nil, err
	}
	i, newer, ok := index.WrittenBy(number, req.Ordinal)
	if !ok {
		return nil, nil
	}
	deployments, err := c.scopeDeployments(ctx)
	if err != nil || !inScope(deployments, index.Setting(i).Deployment) {
		return nil, err
	}
	return &WrittenSetting{Key: index.Setting(i).ID, Offset: newer}, nil
}
