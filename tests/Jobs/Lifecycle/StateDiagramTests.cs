namespace ReelBallers.Jobs.Tests;

/// <summary>
/// The diagrams in docs/jobs.md are those of the tables. <c>UPDATE_DOCS=1 dotnet test --project tests/Jobs --filter-class
/// "*.StateDiagramTests"</c> writes them there.
/// </summary>
public class StateDiagramTests
{
    private static readonly bool UpdatesDocs = Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1";

    [Fact]
    public void The_document_has_the_diagram_of_a_jobs_states() => Check("job-states", StateDiagram.OfJobs());

    [Fact]
    public void The_document_has_the_diagram_of_a_runs_states() => Check("run-states", StateDiagram.OfRuns());

    private static void Check(string name, string diagram)
    {
        var path = Path.Combine(Root(), "docs", "jobs.md");
        var text = File.ReadAllText(path);
        var (begin, end) = ($"<!-- {name}: begin -->\n", $"\n<!-- {name}: end -->");
        var start = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var stop = text.IndexOf(end, StringComparison.Ordinal);
        Assert.True(start >= begin.Length && stop >= start, $"docs/jobs.md has no place for {name}");
        if (UpdatesDocs)
        {
            File.WriteAllText(path, text[..start] + diagram + text[stop..]);
            return;
        }
        Assert.Equal(diagram, text[start..stop]);
    }

    private static string Root()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Microservices.sln")))
        {
            directory = Path.GetDirectoryName(directory)
                ?? throw new InvalidOperationException("No Microservices.sln above the tests.");
        }
        return directory;
    }
}
