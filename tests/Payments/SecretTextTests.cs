using System.Reflection;
using System.Runtime.CompilerServices;

namespace ReelBallers.Payments.Tests;

/// <summary>What is logged by mistake shows no secret.</summary>
public sealed class SecretTextTests
{
    private const string Value = "value-that-must-not-be-shown";

    private static readonly string[] Secrets = ["Secret", "SecretKey", "Url", "Payload", "Email", "Token", "Credential", "Password"];

    [Fact]
    public void No_type_shows_a_secret_as_text()
    {
        var found = 0;
        foreach (var type in typeof(StripeOptions).Assembly.GetTypes().Where(type => type is { IsAbstract: false, IsGenericType: false }))
        {
            var secrets = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.PropertyType == typeof(string) && property.CanWrite
                    && Secrets.Any(secret => property.Name.EndsWith(secret, StringComparison.Ordinal))).ToList();
            if (secrets.Count == 0)
            {
                continue;
            }
            found++;
            var instance = RuntimeHelpers.GetUninitializedObject(type);
            secrets.ForEach(secret => secret.SetValue(instance, Value));
            Assert.DoesNotContain(Value, instance.ToString(), StringComparison.Ordinal);
        }
        Assert.True(found >= 5, $"Only {found} types with secrets were found.");
    }
}
