using System.Text.Json;

namespace ReelBallers.Payments;

/// <summary>Access to an outside system that a pack gives.</summary>
/// <param name="Product">What the outside system calls it, such as the id of a script.</param>
/// <param name="Name">What buyers call it.</param>
/// <param name="DurationDays">For how long, from the payment on; null: for ever.</param>
internal sealed record OfferedGrant(string Product, string Name, int? DurationDays);

/// <summary>The grants of an offer as text: a purchase keeps what it was offered, whatever becomes of the catalog.</summary>
internal static class OfferedGrants
{
    /// <summary>Null for none.</summary>
    public static string? ToText(IReadOnlyList<OfferedGrant> grants) => grants.Count == 0 ? null : JsonSerializer.Serialize(grants);

    /// <summary>What <see cref="ToText"/> has written.</summary>
    public static IReadOnlyList<OfferedGrant> Parse(string? text) =>
        text is null ? [] : JsonSerializer.Deserialize<List<OfferedGrant>>(text)!;
}
