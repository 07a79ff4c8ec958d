namespace ReelBallers.TestKit;

/// <summary>
/// The run of an assembly's tests: every test assembly has it as an assembly fixture (tests/Directory.Build.props), so that it is made
/// before the first test and disposed after the last.
/// </summary>
public sealed class TestRun : IAsyncDisposable
{
    /// <summary>Prepares the process, and those that it starts.</summary>
    public TestRun() =>
        // A host that watches its appsettings.json watches every directory below, with one of the few inotify instances of a user.
        Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");

    /// <summary>
    /// Stops PostgreSQL: the test platform would end a process that still did so on its way out.
    /// </summary>
    public async ValueTask DisposeAsync() => await TestDatabase.StopServerAsync();
}
