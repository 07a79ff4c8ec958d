using System.Diagnostics;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// A trace's place as text (W3C <c>traceparent</c>), stored with work that another process or a later attempt takes up.
/// </summary>
public static class TraceParents
{
    /// <summary>The length of the text: version, trace id, span id and flags in hexadecimal.</summary>
    public const int Length = 55;

    /// <summary>The current place; null outside a trace.</summary>
    public static string? Current => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { Length: Length } id } ? id : null;

    /// <summary>The place that a stored text names; null when it is not a valid one.</summary>
    public static ActivityContext? Parse(string? stored) =>
        ActivityContext.TryParse(stored, traceState: null, isRemote: true, out var context) ? context : null;
}
