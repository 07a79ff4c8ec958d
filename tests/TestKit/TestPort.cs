using LocalPostgres;

namespace ReelBallers.TestKit;

/// <summary>Ports for processes that come back on the port that they had.</summary>
public static class TestPort
{
    /// <summary>A free port that no outgoing connection takes while its process is away.</summary>
    public static int Take() => FreePort.Take();
}
