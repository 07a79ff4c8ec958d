using System.Reflection;

namespace Stripe;

// Paging moves its own copy of the options, not the caller's.
internal static class ObjectCopy
{
    public static object Of(object source)
    {
        var copy = Activator.CreateInstance(source.GetType())!;
        foreach (var property in source.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            property.SetValue(copy, property.GetValue(source));
        }

        return copy;
    }
}
