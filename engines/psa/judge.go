package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

var levels = []api.Level{api.LevelBaseline, api.LevelRestricted}

type evaluator interface {
	EvaluatePod(lv api.LevelVersion, metadata *metav1.ObjectMeta, spec *corev1.PodSpec) []policy.CheckResult
}

// newestMinor is the policy version of the pinned release: kubernetes 1.37.
const newestMinor = 37

// checkIDs gives the ids behind the results of EvaluatePod, in their order: baseline ids sorted, then restricted
// ids sorted, without the overridden ones. It repeats populate and mapCheckPodFns of policy/registry.go, because
// CheckResult carries no id. crossCheck proves it on every pod that is judged.
func checkIDs(checks []policy.Check, level api.Level, version api.Version) []policy.CheckID {
	active := map[policy.CheckID]api.Level{}
	overridden := map[policy.CheckID]bool{}
	for _, check := range checks {
		revision := revisionAt(check, version)
		if revision == nil || check.Level == api.LevelRestricted && level == api.LevelBaseline {
			continue
		}
		active[check.ID] = check.Level
		for _, id := range revision.OverrideCheckIDs {
			overridden[id] = true
		}
	}
	var ids []policy.CheckID
	for _, wanted := range levels {
		var part []policy.CheckID
		for id, of := range active {
			if of == wanted && !(of == api.LevelBaseline && overridden[id]) {
				part = append(part, id)
			}
		}
		slices.Sort(part)
		ids = append(ids, part...)
	}
	return ids
}

func revisionAt(check policy.Check, version api.Version) *policy.VersionedCheck {
	for i := len(check.Versions) - 1; i >= 0; i-- {
		if !version.Older(check.Versions[i].MinimumVersion) {
			return &check.Versions[i]
		}
	}
	return nil
}

// changedVersions are those at which some check has a revision.
func changedVersions(checks []policy.Check) []api.Version {
	minors := map[int]bool{}
	for _, check := range checks {
		for _, revision := range check.Versions {
			minors[revision.MinimumVersion.Minor()] = true
		}
	}
	var versions []api.Version
	for minor := 0; minor <= newestMinor; minor++ {
		if minors[minor] {
			versions = append(versions, api.MajorMinorVersion(1, minor))
		}
	}
	return versions
}

func parseVersions(text string, checks []policy.Check) ([]api.Version, error) {
	if text == "" {
		return changedVersions(checks), nil
	}
	var versions []api.Version
	for _, part := range strings.Split(text, ",") {
		if part == "all" {
			for minor := 0; minor <= newestMinor; minor++ {
				versions = append(versions, api.MajorMinorVersion(1, minor))
			}
			continue
		}
		minor, found := strings.CutPrefix(part, "1.")
		n, err := strconv.Atoi(minor)
		if !found || err != nil || n < 0 || n > newestMinor {
			return nil, fmt.Errorf("unknown version %q, the newest is 1.%d", part, newestMinor)
		}
		versions = append(versions, api.MajorMinorVersion(1, n))
	}
	return versions, nil
}

type failed [3]string

type judge struct {
	evaluator evaluator
	versions  []api.Version
	// ids per level, then per version.
	ids map[api.Level][][]policy.CheckID
}

func newJudge(versions string) (*judge, error) {
	checks := policy.DefaultChecks()
	e, err := policy.NewEvaluator(checks, nil)
	if err != nil {
		return nil, err
	}
	j := &judge{evaluator: e, ids: map[api.Level][][]policy.CheckID{}}
	if j.versions, err = parseVersions(versions, checks); err != nil {
		return nil, err
	}
	for _, level := range levels {
		for _, version := range j.versions {
			j.ids[level] = append(j.ids[level], checkIDs(checks, level, version))
		}
	}
	return j, nil
}

func (j *judge) evaluate(pod *corev1.Pod, level api.Level, at int) ([]policy.CheckResult, error) {
	lv := api.LevelVersion{Level: level, Version: j.versions[at]}
	results := j.evaluator.EvaluatePod(lv, &pod.ObjectMeta, &pod.Spec)
	if len(results) != len(j.ids[level][at]) {
		return nil, fmt.Errorf("%s: %d results for %d check ids", lv, len(results), len(j.ids[level][at]))
	}
	return results, nil
}

// crossCheck compares what we name with what the reference aggregates.
func crossCheck(results []policy.CheckResult, named []failed) error {
	aggregate := policy.AggregateCheckResults(results)
	var reasons, details []string
	for _, f := range named {
		reasons, details = append(reasons, f[1]), append(details, f[2])
	}
	if aggregate.Allowed != (len(named) == 0) || !reflect.DeepEqual(reasons, aggregate.ForbiddenReasons) ||
		!reflect.DeepEqual(details, aggregate.ForbiddenDetails) {
		return fmt.Errorf("named %v, the reference aggregates %+v", named, aggregate)
	}
	return nil
}

func (j *judge) failures(pod *corev1.Pod) (map[api.Level][][]failed, error) {
	out := map[api.Level][][]failed{}
	for _, level := range levels {
		for at := range j.versions {
			results, err := j.evaluate(pod, level, at)
			if err != nil {
				return nil, err
			}
			named := []failed{}
			for i, result := range results {
				if !result.Allowed {
					named = append(named, failed{string(j.ids[level][at][i]), result.ForbiddenReason, result.ForbiddenDetail})
				}
			}
			if err := crossCheck(results, named); err != nil {
				return nil, err
			}
			out[level] = append(out[level], named)
		}
	}
	return out, nil
}

// bitmap has one bit for each version, level and check id, in that order, 1 for failed; most significant bit first.
func (j *judge) bitmap(pod *corev1.Pod) (string, error) {
	var bits []byte
	n := 0
	for at := range j.versions {
		for _, level := range levels {
			results, err := j.evaluate(pod, level, at)
			if err != nil {
				return "", err
			}
			for _, result := range results {
				if n%8 == 0 {
					bits = append(bits, 0)
				}
				if !result.Allowed {
					bits[n/8] |= 0x80 >> (n % 8)
				}
				n++
			}
		}
	}
	return hex.EncodeToString(bits), nil
}

func versionNames(versions []api.Version) []string {
	var names []string
	for _, version := range versions {
		names = append(names, strings.TrimPrefix(version.String(), "v"))
	}
	return names
}

func judgeCommand(args []string) error {
	flags := flag.NewFlagSet("judge", flag.ExitOnError)
	versions := flags.String("versions", "", "policy versions, as 1.0,1.8 or all (default: those at which a check changes)")
	bitmap := flags.Bool("bitmap", false, "print a hex bitmap a pod instead of the failed checks")
	ids := flags.Bool("ids", false, "print the versions and the check ids, and judge nothing")
	raw := flags.Bool("raw", false, "judge the decoded pod without defaulting and preparation")
	if err := flags.Parse(args); err != nil {
		return err
	}
	j, err := newJudge(*versions)
	if err != nil {
		return err
	}
	if *ids {
		return json.NewEncoder(os.Stdout).Encode(map[string]any{
			"versions": versionNames(j.versions), "baseline": j.ids[api.LevelBaseline], "restricted": j.ids[api.LevelRestricted],
		})
	}
	read := admitted
	if *raw {
		read = decodePod
	}
	return stream(func(in []byte, out *bytes.Buffer) error {
		pod, err := read(in)
		if err != nil {
			return writeError(out, err)
		}
		if *bitmap {
			text, err := j.bitmap(pod)
			out.WriteString(text)
			return err
		}
		failures, err := j.failures(pod)
		if err != nil {
			return err
		}
		return writeJSON(out, failures)
	})
}

func controlsCommand([]string) error {
	type revision struct {
		Minimum   string           `json:"minimum"`
		Overrides []policy.CheckID `json:"overrides,omitempty"`
	}
	type control struct {
		ID       policy.CheckID `json:"id"`
		Level    api.Level      `json:"level"`
		Versions []revision     `json:"versions"`
	}
	var out []control
	for _, check := range policy.DefaultChecks() {
		c := control{ID: check.ID, Level: check.Level}
		for _, v := range check.Versions {
			c.Versions = append(c.Versions, revision{strings.TrimPrefix(v.MinimumVersion.String(), "v"), v.OverrideCheckIDs})
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b control) int {
		return strings.Compare(string(a.Level)+string(a.ID), string(b.Level)+string(b.ID))
	})
	if len(policy.ExperimentalChecks()) > 0 {
		fmt.Fprintf(os.Stderr, "podsec-psa controls: %d experimental checks are not listed\n", len(policy.ExperimentalChecks()))
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	return encoder.Encode(out)
}
