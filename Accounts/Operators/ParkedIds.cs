using ReelBallers.Payments.V1;

namespace ReelBallers.Accounts;

/// <summary>The ids of what Payments has set aside, as dead letters: the kind and Payments' own id, such as <c>session:cs_1</c>.</summary>
internal static class ParkedIds
{
    private static readonly ParkedItemKind[] Kinds =
        [.. Enum.GetValues<ParkedItemKind>().Where(kind => kind != ParkedItemKind.Unspecified)];

    public static string Of(ParkedItem item) => $"{ToText(item.Kind)}:{item.Id}";

    /// <summary>False for what cannot be the id of one.</summary>
    public static bool TryRead(string text, out ParkedItemKind kind, out string id)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        (kind, id) = colon > 0
            ? (Kinds.FirstOrDefault(one => ToText(one) == text[..colon]), text[(colon + 1)..])
            : (ParkedItemKind.Unspecified, "");
        return kind != ParkedItemKind.Unspecified && id.Length > 0;
    }

    public static string ToText(ParkedItemKind kind) => kind switch
    {
        ParkedItemKind.Session => "session",
        ParkedItemKind.Payment => "payment",
        ParkedItemKind.WalletCommand => "wallet_command",
        ParkedItemKind.OperatorRefund => "operator_refund",
        ParkedItemKind.AutoTopup => "auto_topup",
        // A newer Payments'.
        _ => "unknown",
    };
}
