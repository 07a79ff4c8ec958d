namespace ReelBallers.Benchmarks;

/// <summary>The headers that the Gateway sets for the services.</summary>
internal static class InternalHeaders
{
    public const string Credential = "x-internal-credential";
    public const string UserId = "x-user-id";
}
