namespace ReelBallers.Payments;

/// <summary>A saved card of a user.</summary>
/// <param name="Id">Stripe's id of the payment method.</param>
/// <param name="Brand">As Stripe names it: <c>visa</c>, <c>mastercard</c> …</param>
/// <param name="Last4">The last digits of its number.</param>
/// <param name="ExpMonth">1 to 12.</param>
/// <param name="ExpYear">With the century.</param>
/// <param name="IsDefault">Whether automatic top-ups are paid by it.</param>
internal sealed record Card(string Id, string Brand, string Last4, long ExpMonth, long ExpYear, bool IsDefault);
