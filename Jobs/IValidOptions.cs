namespace ReelBallers.Jobs;

/// <summary>Settings that are checked before the service starts.</summary>
internal interface IValidOptions
{
    /// <exception cref="InvalidOperationException">A setting is missing or out of range; the message names its key.</exception>
    void Validate();
}
