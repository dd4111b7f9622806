// The same rig in Firefox.
import { proveRig } from '../support/rig-proof';

proveRig('firefox');
