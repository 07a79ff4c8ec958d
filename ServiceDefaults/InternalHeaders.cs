namespace ReelBallers.ServiceDefaults;

/// <summary>The names of headers between our own processes; the AppHost, which calls services too, compiles this file as well.</summary>
internal static class InternalHeaders
{
    /// <summary>The secret by which they know each other.</summary>
    public const string Credential = "x-internal-credential";
}
