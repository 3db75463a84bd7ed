test('doubles', () => expect(require('./index')(2)).toBe(4));
