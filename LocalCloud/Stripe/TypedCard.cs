namespace ReelBallers.LocalCloud.Stripe;

/// <summary>A card as its owner typed it.</summary>
/// <param name="Card">The card of that number.</param>
/// <param name="ExpMonth">The month in which it expires.</param>
/// <param name="ExpYear">The year in which it expires.</param>
/// <param name="IsToBeKept">Whether the owner ticked that the merchant may keep it.</param>
/// <param name="Flaw">An error in the typed expiry or security code.</param>
internal sealed record TypedCard(TestCard Card, int ExpMonth, int ExpYear, bool IsToBeKept = false, Decline? Flaw = null);
