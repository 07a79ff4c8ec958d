namespace ReelBallers.TestKit;

/// <summary>
/// The PostgreSQL server of <see cref="TestDatabase"/>, which stops after the last test of an assembly: every test assembly has it as an
/// assembly fixture (tests/Directory.Build.props). A process that still stopped it on its way out would be ended by the test platform.
/// </summary>
public sealed class TestDatabaseServer : IAsyncDisposable
{
    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await TestDatabase.StopServerAsync();
}
