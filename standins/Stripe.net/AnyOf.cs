namespace Stripe;

/// <summary>A parameter of one of two types.</summary>
public class AnyOf<T1, T2> : IAnyOf
{
    public AnyOf(T1 value) => Value = value;

    public AnyOf(T2 value) => Value = value;

    public object? Value { get; }

    public static implicit operator AnyOf<T1, T2>(T1 value) => new(value);

    public static implicit operator AnyOf<T1, T2>(T2 value) => new(value);
}

public interface IAnyOf
{
    object? Value { get; }
}
