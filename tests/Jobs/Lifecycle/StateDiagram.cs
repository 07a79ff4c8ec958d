using System.Text.RegularExpressions;

namespace ReelBallers.Jobs.Tests;

/// <summary>The tables of transitions as Mermaid state diagrams.</summary>
internal static partial class StateDiagram
{
    public static string OfJobs() => Draw(
        JobState.Created.ToText(),
        from state in Enum.GetValues<JobState>()
        from happened in Enum.GetValues<JobEvent>()
        let next = JobRules.Next(state, happened)
        where next is not null
        select new Arrow(state.ToText(), next.Value.To.ToText(), Words(happened), Words(next.Value.Effects)),
        Enum.GetValues<JobState>().Where(state => state == JobState.Deleted || state.Status() is { } status && status.IsFinal())
            .Select(JobStates.ToText));

    public static string OfRuns() => Draw(
        RunState.Submitting.ToText(),
        from state in Enum.GetValues<RunState>()
        from happened in Enum.GetValues<RunEvent>()
        let next = RunRules.Next(state, happened)
        where next is not null
        select new Arrow(state.ToText(), next.Value.ToText(), Words(happened), ""),
        [RunState.Completed.ToText(), RunState.Failed.ToText(), RunState.Lost.ToText()]);

    private static string Draw(string first, IEnumerable<Arrow> arrows, IEnumerable<string> last) => string.Join(
        '\n',
        [
            "```mermaid",
            "stateDiagram-v2",
            $"    [*] --> {first}",
            // Events with the same consequence share an arrow.
            .. arrows.GroupBy(arrow => (arrow.From, arrow.To, arrow.Effects)).Select(group =>
                $"    {group.Key.From} --> {group.Key.To}: {string.Join(", ", group.Select(arrow => arrow.Cause))}"
                + (group.Key.Effects.Length > 0 ? $" / {group.Key.Effects}" : "")),
            .. last.Select(state => $"    {state} --> [*]"),
            "```",
        ]);

    private static string Words(RunEvent happened) => Words(happened.ToString());

    private static string Words(JobEvent happened) => Words(happened.ToString());

    private static string Words(JobEffects effects) => effects == JobEffects.None ? "" : Words(effects.ToString());

    private static string Words(string name) => Inner().Replace(name, " ").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Inner();

    private sealed record Arrow(string From, string To, string Cause, string Effects);
}
