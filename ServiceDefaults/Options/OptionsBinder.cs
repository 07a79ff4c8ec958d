using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace ReelBallers.ServiceDefaults;

/// <summary>Binds a section. A blank value counts as not set, and surrounding white space is ignored.</summary>
internal static class OptionsBinder
{
    /// <exception cref="OptionsValidationException">A value cannot be converted to the type of its setting.</exception>
    public static void Bind<TOptions>(IConfiguration configuration, string section, TOptions options)
        where TOptions : class
    {
        var values = configuration.GetSection(section).AsEnumerable(makePathsRelative: true)
            .Where(pair => !string.IsNullOrWhiteSpace(pair.Value))
            .ToDictionary(pair => pair.Key, pair => pair.Value?.Trim());
        var errors = new OptionsErrors(section);
        foreach (var (key, value) in values)
        {
            if (SettingType(typeof(TOptions), key) is { } type && !CanConvert(value!, type))
            {
                errors.Add(key, $"is '{value}'. Set it to {Describe(type)}.");
            }
        }
        if (errors.Messages.Count > 0)
        {
            throw new OptionsValidationException(section, typeof(TOptions), errors.Messages);
        }
        new ConfigurationBuilder().AddInMemoryCollection(values).Build().Bind(options);
    }

    /// <summary>Null for a key that is not a setting.</summary>
    private static Type? SettingType(Type options, string key)
    {
        var type = options;
        foreach (var name in key.Split(':'))
        {
            type = type is { IsGenericType: true } ? type.GetGenericArguments()[^1] // of a dictionary or a list
                : type?.GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)?.PropertyType;
        }
        return type;
    }

    private static bool CanConvert(string value, Type type)
    {
        var converter = TypeDescriptor.GetConverter(type);
        if (!converter.CanConvertFrom(typeof(string)))
        {
            return true;
        }
        try
        {
            converter.ConvertFromInvariantString(value);
            return true;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    private static string Describe(Type type) => type switch
    {
        _ when type == typeof(int) || type == typeof(long) => "an integer",
        _ when type == typeof(double) || type == typeof(decimal) => "a number",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "a duration such as 00:05:00",
        _ when type.IsEnum => $"one of {string.Join(", ", Enum.GetNames(type))}",
        _ => $"a {type.Name}",
    };
}
