namespace ReelBallers.Payments;

/// <summary>The address of a client, or its network, as the Gateway says.</summary>
internal static class ClientAddress
{
    /// <summary>Set by the Gateway, which never forwards a client's own.</summary>
    public const string HeaderName = "x-client-address";

    private const int MaxLength = 60;

    /// <summary>Null when the Gateway does not know it.</summary>
    public static string? Of(HttpContext context) =>
        context.Request.Headers[HeaderName] is [{ Length: > 0 and <= MaxLength } address] ? address : null;
}
