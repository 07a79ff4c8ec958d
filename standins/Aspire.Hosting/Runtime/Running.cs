namespace Aspire.Hosting.Runtime;

/// <summary>What runs, as <c>running.json</c> in the data directory says it.</summary>
/// <param name="Ready">Whether everything was healthy at once since the start.</param>
/// <param name="ProcessId">The AppHost's.</param>
/// <param name="Resources">The processes.</param>
internal sealed record Running(bool Ready, int ProcessId, IReadOnlyList<RunningResource> Resources);

/// <param name="Name">Of the resource.</param>
/// <param name="State"><c>waiting</c>, <c>starting</c>, <c>running</c> or <c>stopped</c>.</param>
/// <param name="ProcessId">Null while there is none.</param>
/// <param name="Restarts">How often it was started again.</param>
/// <param name="Urls">By the name of the endpoint.</param>
/// <param name="Command">Part of the process' command line, by which a left over one is known; null for PostgreSQL, which is found by its data.</param>
internal sealed record RunningResource(
    string Name, string State, int? ProcessId, int Restarts, IReadOnlyDictionary<string, string> Urls, string? Command);
